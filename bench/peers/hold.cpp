// The hold model on std::priority_queue with nothing around it, as the limit of what a binary heap allows: events are
// numbers. Prints the seconds.
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <queue>
#include <random>
#include <vector>

struct Event {
  double time;
  uint64_t sequence;
  uint32_t process;
};

struct Later {
  bool operator()(const Event& a, const Event& b) const {
    return a.time > b.time || (a.time == b.time && a.sequence > b.sequence);
  }
};

int main(int, char** arguments) {
  const long pending = atol(arguments[1]);
  const long events = atol(arguments[2]);
  std::mt19937_64 source(1);
  std::exponential_distribution<double> exponential(1);
  std::vector<double> delays(65536);
  for (double& delay : delays) delay = exponential(source);

  std::priority_queue<Event, std::vector<Event>, Later> queue;
  uint64_t sequence = 0;
  uint32_t drawn = 0;
  for (long process = 0; process < pending; process++) {
    queue.push({delays[drawn++ & 65535], sequence++, static_cast<uint32_t>(process)});
  }
  uint64_t order = 0;
  const clock_t started = clock();
  for (long fired = 0; fired < events; fired++) {
    const Event event = queue.top();
    queue.pop();
    order = order * 31 + event.process;
    queue.push({event.time + delays[drawn++ & 65535], sequence++, event.process});
  }
  const double seconds = double(clock() - started) / CLOCKS_PER_SEC;
  if (order == 1) fputs("", stderr);
  printf("%.6f\n", seconds);
}
