import { sqrt } from '../mathematics.ts'

/**
 * The rate at which a TCP connection with this window can send, in bytes per second: one window a round trip.
 * @param latency_s one way, seconds; zero gives no limit
 * Source: SimGrid, network model CM02: min(link, window / (2 latency)).
 */
export function tcpWindowRate(window_bytes: number, latency_s: number): number {
  return latency_s > 0 ? window_bytes / (2 * latency_s) : Infinity
}

/**
 * Steady throughput of a TCP connection under random loss, in bytes per second: (MSS / RTT) · sqrt(3/2) / sqrt(p).
 * @param loss probability that a segment is lost; zero gives no limit
 * Source: Mathis, Semke, Mahdavi, Ott, The macroscopic behavior of the TCP congestion avoidance algorithm, 1997; constant
 * for an acknowledgement of every segment.
 */
export function mathisThroughput(mss_bytes: number, roundTrip_s: number, loss: number): number {
  return loss > 0 && roundTrip_s > 0 ? (mss_bytes / roundTrip_s) * sqrt(1.5 / loss) : Infinity
}
