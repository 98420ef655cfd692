import Timeline

/// What a path's ear was found to add, as a JSON column keeps it.
struct StoredDetector: Codable {
    struct Edge: Codable {
        var biasNs: Int64
        var deviationNs: Int64
        var count: Int

        enum CodingKeys: String, CodingKey {
            case biasNs = "bias_ns"
            case deviationNs = "sd_ns"
            case count = "n"
        }

        init(_ edge: DetectorBias.Edge) {
            biasNs = edge.bias.count
            deviationNs = edge.deviation.count
            count = edge.count
        }

        var edge: DetectorBias.Edge {
            DetectorBias.Edge(
                bias: Nanoseconds(biasNs), deviation: Nanoseconds(deviationNs), count: count)
        }
    }

    var onset: Edge
    var stop: Edge

    init(_ bias: DetectorBias) {
        onset = Edge(bias.onset)
        stop = Edge(bias.stop)
    }

    var bias: DetectorBias { DetectorBias(onset: onset.edge, stop: stop.edge) }
}
