/// Calls that have a better way. Where one is right all the same, the line or the line above says `// why: …`.
enum BannedCallRule {
    struct Ban {
        let call: String
        let instead: String
        /// True when the ban holds in a file.
        var holds: @Sendable (SourceFile) -> Bool = { _ in true }
    }

    static let bans: [Ban] = [
        Ban(call: "try!", instead: "handle the error, or pass it on with `try`"),
        Ban(call: "fatalError(", instead: "use `precondition` for a programming error, `throw` for a fault"),
        Ban(call: "@unchecked Sendable", instead: "make it a value, or guard it with `Mutex`"),
        Ban(call: "nonisolated(unsafe)", instead: "pass the value in, or guard it with `Mutex`"),
        Ban(call: "Thread.sleep", instead: "wait on the clock port or on a poller with a timeout"),
        Ban(call: "usleep(", instead: "wait on the clock port or on a poller with a timeout"),
        Ban(call: "print(", instead: "return the text; only the command line prints", holds: isLibrary),
        Ban(call: "Date()", instead: "take the time from the clock port", holds: isOutsidePorts),
        Ban(call: "clock_gettime", instead: "take the time from the clock port", holds: isOutsidePorts),
        Ban(call: "ContinuousClock", instead: "take the time from the clock port", holds: isOutsidePorts),
        Ban(call: "SystemRandomNumberGenerator", instead: "take randomness from the entropy port", holds: isOutsidePorts),
        Ban(call: "getentropy", instead: "take randomness from the entropy port", holds: isOutsidePorts),
        Ban(call: ".random(", instead: "take randomness from the entropy port", holds: isOutsidePorts),
    ]

    /// The files that are the clock and the entropy port.
    static let ports: Set<String> = ["SystemPorts.swift", "SystemEntropy.swift", "World+System.swift"]

    static func findings(in file: SourceFile) -> [Finding] {
        let lines = file.lines
        return file.code.enumerated().flatMap { index, line in
            bans.filter { $0.holds(file) && contains(line, $0.call) && !hasReason(lines, at: index) }.map { ban in
                Finding(file: file.path, line: index + 1, message: "`\(ban.call)`: \(ban.instead), or say `// why: …` here")
            }
        }
    }

    @Sendable private static func isLibrary(_ file: SourceFile) -> Bool {
        file.path.hasPrefix("Sources/") && file.target != "SkaldCommandLine"
    }

    @Sendable private static func isOutsidePorts(_ file: SourceFile) -> Bool { !ports.contains(file.name) }

    /// True when `call` stands in `line` and is not the tail of a longer name.
    private static func contains(_ line: String, _ call: String) -> Bool {
        var rest = Substring(line)
        while let range = rest.firstRange(of: call) {
            let before = rest[..<range.lowerBound].last ?? " "
            if !(before.isLetter || before.isNumber || before == "_") || call.first == "." { return true }
            rest = rest[range.upperBound...]
        }
        return false
    }

    private static func hasReason(_ lines: [String], at index: Int) -> Bool {
        lines[index].contains("// why: ") || (index > 0 && lines[index - 1].contains("// why: "))
    }
}
