"""The facts of sealed files once more, by subject: a timeline is read without a scan.

Sealed files lie as metrics want them. Beside each lies a derived copy, in small blocks by subject. It names
the hash of the file it was made from and checksums every piece of itself; one that is missing or not whole
is not used, and is made anew from the sealed file.
"""
