"""Files on the pages of records: bringing some, looking at one, renaming and removing."""
