// Transfers in SimGrid, as plain max-min sharing: no latency, no factors of TCP. Reads from a file: links, routes and flows
// (numbers of them, then a link's capacity; a route's hosts and links; a flow's hosts, size and start). Prints the time at
// which each flow ends, in the order of the file, and last the processor seconds.
#include <cstdio>
#include <ctime>
#include <fstream>
#include <map>
#include <simgrid/s4u.hpp>
#include <string>
#include <vector>

namespace sg4 = simgrid::s4u;

struct Flow {
  int from, to;
  double size, start;
};

int main(int, char** arguments) {
  std::vector<const char*> options = {
      arguments[0],
      "--log=root.thres:critical",
      "--cfg=network/model:CM02",
      "--cfg=network/crosstraffic:0",
      "--cfg=network/TCP-gamma:0",
      "--cfg=network/weight-S:0",
      "--cfg=network/bandwidth-factor:1",
      "--cfg=network/latency-factor:1",
  };
  int count = options.size();
  options.push_back(nullptr);
  sg4::Engine engine(&count, const_cast<char**>(options.data()));
  auto* zone = sg4::create_full_zone("zone");

  std::ifstream in(arguments[1]);
  size_t linkCount, routeCount, flowCount;
  in >> linkCount >> routeCount >> flowCount;
  std::vector<sg4::Link*> links;
  for (size_t k = 0; k < linkCount; k++) {
    double capacity;
    in >> capacity;
    links.push_back(zone->create_link("link" + std::to_string(k), capacity)->set_latency(0)->seal());
  }
  std::map<int, sg4::Host*> hosts;
  auto host = [&](int number) {
    auto& known = hosts[number];
    if (known == nullptr) known = zone->create_host("host" + std::to_string(number), 1e9);
    return known;
  };
  for (size_t k = 0; k < routeCount; k++) {
    int from, to, length;
    in >> from >> to >> length;
    std::vector<sg4::LinkInRoute> route;
    for (int j = 0; j < length; j++) {
      int link;
      in >> link;
      route.emplace_back(links[link]);
    }
    zone->add_route(host(from)->get_netpoint(), host(to)->get_netpoint(), nullptr, nullptr, route, false);
  }
  std::vector<Flow> flows(flowCount);
  for (auto& flow : flows) in >> flow.from >> flow.to >> flow.size >> flow.start;
  auto* control = zone->create_host("control", 1e9);
  zone->seal();

  std::vector<double> ends(flowCount);
  sg4::Actor::create("control", control, [&] {
    std::vector<sg4::CommPtr> transfers;
    for (const auto& flow : flows) {
      if (flow.start > sg4::Engine::get_clock()) sg4::this_actor::sleep_until(flow.start);
      auto transfer = sg4::Comm::sendto_init();
      transfer->set_payload_size(flow.size);
      transfer->set_source(hosts[flow.from]);
      transfer->set_destination(hosts[flow.to]);
      if (transfer->get_state() != sg4::Activity::State::STARTED) transfer->start();
      transfers.push_back(transfer);
    }
    for (size_t k = 0; k < transfers.size(); k++) {
      transfers[k]->wait();
      ends[k] = transfers[k]->get_finish_time();
    }
  });
  const clock_t started = clock();
  engine.run();
  const double seconds = double(clock() - started) / CLOCKS_PER_SEC;
  for (const double end : ends) printf("%.12g\n", end);
  printf("%.6f\n", seconds);
  fflush(stdout);
  _exit(0);
}
