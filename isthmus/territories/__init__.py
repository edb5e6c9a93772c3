"""Where customers belong: rules by which they fall into territories, and giving them to others."""
