import SkaldClient

/// What the command line says. Every option has one value.
struct Options {
    struct Wrong: Error, CustomStringConvertible {
        let description: String
    }

    static let participants = ["stock", "payment", "shipping", "notify"]

    var endpoint = SkaldClient.defaultEndpoint
    /// The folder of the SQLite files.
    var data = "."
    var actions = Self.participants
    var credit = 16
    /// Seconds.
    var heartbeat = 2.5
    /// Seconds that a task may take at most, at random; and the chance that something is wrong with its answer.
    var latency = 0.0, trouble = 0.0
    /// Seconds by which an answer is late, when lateness is the trouble.
    var late = 2.0

    init(_ arguments: some Sequence<String>) throws {
        var arguments = arguments.makeIterator()
        while let name = arguments.next() {
            guard let value = arguments.next() else { throw Wrong(description: "\(name) has no value") }
            switch name {
            case "--endpoint": endpoint = value
            case "--data": data = value
            case "--actions": actions = try Self.names(value)
            case "--credit": credit = Int(try Self.number(name, value, in: 1...4096))
            case "--heartbeat": heartbeat = try Self.number(name, value, in: 0.1...60)
            case "--latency": latency = try Self.number(name, value, in: 0...60)
            case "--trouble": trouble = try Self.number(name, value, in: 0...1)
            case "--late": late = try Self.number(name, value, in: 0...3600)
            default: throw Wrong(description: "\(name) is no option; see --help")
            }
        }
    }

    static let help = """
        Does what order-fulfilment asks for.

          --endpoint ENDPOINT    of the server (\(SkaldClient.defaultEndpoint))
          --data FOLDER          of the SQLite files (.)
          --actions NAMES        of which participants (\(participants.joined(separator: ",")))
          --credit N             tasks at once (16)
          --heartbeat SECONDS    lost after three of silence (2.5)
          --latency SECONDS      that a task may take at most, at random (0)
          --trouble CHANCE       that something is wrong with an answer, 0 to 1 (0)
          --late SECONDS         by which an answer is late, when that is the trouble (2)

        """

    private static func names(_ value: String) throws -> [String] {
        let names = value.split(separator: ",").map(String.init)
        for name in names where !participants.contains(name) {
            throw Wrong(description: "--actions knows no '\(name)', only \(participants.joined(separator: ", "))")
        }
        guard Set(names).count == names.count, !names.isEmpty else {
            throw Wrong(description: "--actions names each participant once")
        }
        return names
    }

    private static func number(_ name: String, _ value: String, in range: ClosedRange<Double>) throws -> Double {
        guard let number = Double(value), range.contains(number) else {
            throw Wrong(description: "\(name) is '\(value)', not a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }
}
