import Engine
import Kernel
import Wire

/// What workers have said in one batch, in words that need no engine to be understood.
struct Talk {
    enum Meaning: Equatable {
        /// `undo`: what came with the result, nil when nothing did.
        case done(JSON, undo: JSON?)
        case refused(String)
        case notNow(Int64)
        case unknown
        case working

        var word: String {
            switch self {
            case .done: "done"
            case .refused: "rejected"
            case .notNow: "not_now"
            case .unknown: "unknown"
            case .working: "working"
            }
        }
    }

    struct Word {
        let peer: Int
        let meaning: Meaning
    }

    /// By task.
    private(set) var words: [String: [Word]] = [:]
    /// Task → the connections that said they hold it.
    private(set) var claims: [String: [Int]] = [:]
    /// What was said in `ready`, by its id.
    private(set) var offers: [String: (peer: Int, ready: Ready)] = [:]
    /// Connections that have ended, as their workers know.
    private(set) var left: Set<Int> = []
    /// Connections that the server has given up.
    var departed: Set<Int> = []
    /// The server has ended in this batch, so that nobody knows who left.
    var isCut = false

    init(_ contents: [EngineInput.Content]) {
        for content in contents {
            switch content {
            case .message(let message, let peer): add(message, peer.number)
            case .nonsense(let task, _, let peer): note(task, peer.number, .unknown)
            case .lost(let peer): left.insert(peer.number)
            case .command, .request: break
            }
        }
    }

    private mutating func add(_ message: WorkerMessage, _ peer: Int) {
        switch message {
        case .ready(let id, let ready):
            offers[id.text] = (peer, ready)
            for task in ready.holding { claims[task.text, default: []].append(peer) }
        case .done(let task, let body): note(task, peer, Self.meaning(of: body))
        case .refuse(let task, let code, _): note(task, peer, .refused(code))
        case .retry(let task, let after, _): note(task, peer, .notNow(after))
        case .unknown(let task, _): note(task, peer, .unknown)
        case .working(let task): note(task, peer, .working)
        case .bye: left.insert(peer)
        case .heartbeat: break
        }
    }

    private mutating func note(_ task: WireID, _ peer: Int, _ meaning: Meaning) {
        words[task.text, default: []].append(Word(peer: peer, meaning: meaning))
    }

    /// What cannot be read says nothing.
    private static func meaning(of body: [UInt8]) -> Meaning {
        guard let json = try? JSON.parse(body), case .object = json else { return .unknown }
        if let undo = json["undo"], undo["call"]?.stringValue == nil, undo["command"]?.stringValue == nil { return .unknown }
        return .done(json["result"] ?? [:], undo: json["undo"])
    }
}
