from bench.seeding import ensure_company


def measure(*, people, facts, clients, seconds, workers):
    print(ensure_company(people, facts, print))
