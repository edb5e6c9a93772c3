"""Which ids a sealed file holds, beside it and sorted: whether an event came before is asked without a scan.

Ids are hashes: they lie all over every file, and a week of events is far too much to read for each unit. So
each file of the last weeks gets a list of its ids in runs, each run sorted by the id's last eight bytes, with
its first eight beside: looking an id up takes some twenty steps a run. The list names the hash of the file it
was made from and is checksummed; one that is missing or not whole is not used: the file itself is read then.
"""
