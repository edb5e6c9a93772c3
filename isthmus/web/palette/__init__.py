"""The command palette: every act that one may do, every page, the records at hand and those searched for."""
