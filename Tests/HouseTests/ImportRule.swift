/// The arrows of the house: C ← wrappers ← EventLog ← Engine ← Server ← tools; Kernel ← {SagaModel, Wire, EventLog}.
///
/// The compiler lets a target import whatever the package graph reaches; this table does not.
enum ImportRule {
    /// What each target may import besides the standard library.
    static let allowed: [String: Set<String>] = [
        "Kernel": [],
        "SagaModel": ["Kernel"],
        "Wire": ["Kernel"],
        "DemoDomain": ["Kernel"],
        "Threads": ["CThreads", "Glibc", "Synchronization"],
        "HTTPClient": ["CCurl", "Threads", "Synchronization"],
        "LMDB": ["CLMDB", "Glibc", "Synchronization"],
        "ZeroMQ": ["CZeroMQ", "Glibc", "Synchronization"],
        "SagaText": ["Kernel", "SagaModel", "Foundation", "CYaml"],
        "EventLog": ["Kernel", "CChecksum", "CCrypto", "Glibc", "Synchronization"],
        "EventLogLMDB": ["EventLog", "Kernel", "LMDB", "Threads", "Glibc", "Synchronization"],
        "EventLogTesting": ["EventLog", "Kernel"],
        "Engine": ["EventLog", "Kernel", "SagaModel", "SagaText", "Wire", "Glibc", "Synchronization"],
        "Server": [
            "Engine", "EventLog", "Kernel", "SagaModel", "SagaText", "Threads", "Wire", "ZeroMQ", "Glibc", "Synchronization",
            "Dispatch",
        ],
        "SkaldClient": ["Kernel", "Threads", "Wire", "ZeroMQ", "Glibc", "Synchronization"],
        "HTTPWorker": ["HTTPClient", "Kernel", "SagaModel", "SagaText", "SkaldClient", "Wire"],
        "HTTPWorkerTool": ["ArgumentParser", "Glibc", "HTTPWorker", "Threads"],
        "WorkerCheck": ["Kernel", "Wire", "ZeroMQ", "Glibc"],
        "SkaldTesting": ["Engine", "EventLog", "Kernel", "SagaModel", "SagaText", "Synchronization", "Wire"],
        "Simulation": ["Engine", "EventLog", "Kernel", "SagaModel", "SagaText", "Synchronization", "Wire"],
        "FuzzTargets": ["EventLog", "Kernel", "SagaModel", "SagaText", "Wire"],
        "FuzzTool": ["FuzzTargets", "Glibc"],
        "Hosting": [
            "Engine", "EventLog", "EventLogLMDB", "Glibc", "Kernel", "SagaText", "Server", "Synchronization", "Threads",
        ],
        "SkaldCommandLine": [
            "ArgumentParser", "EventLog", "EventLogLMDB", "Foundation", "Glibc", "Hosting", "Kernel", "SagaModel", "SagaText",
            "Simulation", "SkaldClient", "SkaldTesting", "Synchronization", "Wire", "WorkerCheck",
        ],
        "Skald": ["Kernel", "SkaldCommandLine", "Threads"],
        "SkaldTool": ["DemoDomain", "SkaldCommandLine", "Skald"],
    ]

    static func findings(in file: SourceFile) -> [Finding] {
        guard let target = file.target else { return [] }
        guard let allowed = allowed[target] else {
            return [
                Finding(file: file.path, line: 1, message: "target \(target) is not in ImportRule: say there what it may import")
            ]
        }
        return imports(in: file).filter { !allowed.contains($0.module) && $0.module != "Swift" }.map { line, module in
            let choice = allowed.isEmpty ? "only the standard library" : allowed.sorted().joined(separator: ", ")
            return Finding(
                file: file.path, line: line,
                message: "\(target) may not import \(module): it may import \(choice); move the code to where \(module) belongs")
        }
    }

    private static func imports(in file: SourceFile) -> [(line: Int, module: String)] {
        file.code.enumerated().compactMap { index, line in
            let words = line.split(separator: " ")
            guard let place = words.firstIndex(of: "import"), place + 1 < words.count else { return nil }
            guard words[..<place].allSatisfy({ $0.hasPrefix("@") || levels.contains(String($0)) }) else { return nil }
            let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
            let named = kinds.contains(words[place + 1]) && place + 2 < words.count ? words[place + 2] : words[place + 1]
            return (index + 1, String(named.prefix { $0 != "." }))
        }
    }

    private static let levels: Set<String> = ["public", "package", "internal", "fileprivate", "private"]
}
