"""The words of mail: templates are filled in by declared fields alone, without any logic."""
