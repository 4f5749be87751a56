import Simulation

/// What one seed did, as a line between processes: the hash stands for all of it.
struct SimulationLine: Equatable {
    let seed: UInt64
    let hash: String
    let operations: Int
    let sagas: Int
    let entries: Int
    let starts: Int

    init(_ report: SimulationReport) {
        seed = report.seed
        hash = report.hash.prefix(16).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        operations = report.operations
        sagas = report.sagas
        entries = report.entries
        starts = report.starts
    }

    init?(_ text: Substring) {
        let words = text.split(separator: " ")
        guard words.count == 6, let seed = UInt64(words[0]), let operations = Int(words[2]), let sagas = Int(words[3]),
            let entries = Int(words[4]), let starts = Int(words[5])
        else { return nil }
        self.seed = seed
        hash = String(words[1])
        self.operations = operations
        self.sagas = sagas
        self.entries = entries
        self.starts = starts
    }

    var text: String { "\(seed) \(hash) \(operations) \(sagas) \(entries) \(starts)" }
}
