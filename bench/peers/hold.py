"""The hold model in SimPy: as many processes as pending events, each waiting again and again. Prints the seconds."""
import random
import sys
import time

import simpy

pending, events = int(sys.argv[1]), int(sys.argv[2])
draw = random.Random(1).random
environment = simpy.Environment()
left = events


def process():
    global left
    while left > 0:
        left -= 1
        yield environment.timeout(draw())


for _ in range(pending):
    environment.process(process())
started = time.process_time()
environment.run()
print(time.process_time() - started)
