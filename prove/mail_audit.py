"""Every copy that the server took looked up: once at most, and none that is said not to have gone."""

from collections import Counter

from prove.post_office import PostOffice


def audit(office: PostOffice) -> list[str]:
    """One sentence for each thing that is not as it must be."""
    from isthmus.core.actors import SYSTEM
    from isthmus.messages import invariants
    from isthmus.messages.models import Recipient
    from isthmus.messages.queries import unknown_outcomes

    taken = Counter(office.taken_for)
    rows = list(Recipient.objects.values_list("message__rfc_id", "address", "state"))
    states = Counter(state for _id, _address, state in rows)
    state_of = {(rfc_id, address): state for rfc_id, address, state in rows}
    twice = [copy for copy, times in taken.items() if times > 1]
    lost = [copy for copy, state in state_of.items() if state == "sent" and not taken[copy]]
    hidden = [copy for copy in taken if state_of.get(copy) not in ("sent", "unknown")]
    listed = unknown_outcomes(SYSTEM).count()
    arrived = sum(state == "unknown" and taken[copy] > 0 for copy, state in state_of.items())
    told = ", ".join(f"{state} {count:,}" for state, count in sorted(states.items()))
    print(f"{len(rows):,} queued in {office.connections:,} conversations: {told}")
    print(
        f"taken {sum(taken.values()):,}, twice {len(twice)}, said to be sent and not taken {len(lost)}, "
        f"taken and hidden {len(hidden)}; "
        f"unknown {states['unknown']} ({arrived} had arrived), listed {listed}"
    )
    return [
        *(f"{address} got {rfc_id} {taken[rfc_id, address]} times." for rfc_id, address in twice),
        *(f"{rfc_id} to {address} is said to be sent, and was not taken." for rfc_id, address in lost),
        *(f"{rfc_id} to {address} arrived, and nobody is told so." for rfc_id, address in hidden),
        *([] if listed == states["unknown"] else [f"{states['unknown']} are unknown, {listed} listed."]),
        *invariants.check(),
    ]
