"""The hold model in SimPy: as many processes as pending events, each waiting again and again. Prints the seconds."""
import random
import sys
import time

import simpy

pending, events = int(sys.argv[1]), int(sys.argv[2])
source = random.Random(1)
delays = [source.expovariate(1) for _ in range(65536)]
environment = simpy.Environment()
left = events
drawn = 0


def process():
    global left, drawn
    while left > 0:
        left -= 1
        drawn = (drawn + 1) & 65535
        yield environment.timeout(delays[drawn])


for _ in range(pending):
    environment.process(process())
started = time.process_time()
environment.run()
print(time.process_time() - started)
