"""The times after which a training's learning rate had fallen to zero, from its log.

A training that was given more time after it had ended begins at the full rate again, so
that one run of the whole time, with one fall at its end, is not the one that was made.
"""

FALLEN = 0.01  # of the highest rate: as good as zero


def stages(rows):
    """Seconds at the end of each fall and of the whole, rising; rows of a log.csv by column."""
    rates = [float(row["learning_rate"]) for row in rows]
    highest = max(rates)
    ends = [int(row["seconds"]) for row, now, after in zip(rows, rates, rates[1:]) if now < FALLEN * highest and after > now]
    return [*ends, int(rows[-1]["seconds"])]


def minutes(rows):
    """The option that trains as the log says, ``--minutes 29.0``, or what to give it in turn."""
    times = [f"{seconds / 60:.1f}" for seconds in stages(rows)]
    if len(times) == 1:
        return f"--minutes {times[0]}"
    return f"--minutes M, M = {', '.join(times[:-1])} and {times[-1]} in turn"
