"""A process that works on the ledger, to be killed: seal, stream, receive, rewrite, merge, erase, mirror."""

import sys

import django


def main() -> None:
    django.setup()
    from isthmus.core.clock import now

    match sys.argv[1:]:
        case ["seal"]:
            from isthmus.ledger.collected import translate_with
            from isthmus.ledger.sealing import seal

            translate_with("tests.ledger.translating")
            seal(wait=30)
        case ["stream", rows]:
            from isthmus.ledger.streaming import seal_stream
            from tests.ledger.streamed import payments

            seal_stream(payments(range(int(rows))), wait=30)
        case ["receive", *numbers]:
            from isthmus.ledger.segments import writer
            from tests.ledger.translating import batch

            for number in numbers:
                writer.append(batch(int(number)))
                print(number, flush=True)  # acknowledged
        case ["rewrite", number]:
            from isthmus.ledger.segments.rewriting import rewrite_received

            rewrite_received(lambda batch: None if batch.body == number.encode() else batch)
        case ["merge"]:
            from isthmus.ledger.file_merging import merge_files

            merge_files(wait=30, thoroughly=True)
        case ["erase", subject]:
            from isthmus.ledger.erasing import erase_subjects

            erase_subjects([int(subject)], at=now())
        case ["mirror"]:
            from isthmus.ledger.mirror_building import rebuild
            from tests.ledger.mirrored import UNITS

            rebuild(UNITS)


if __name__ == "__main__":
    main()
