import Wire

/// One worker process, and the connection it has for now.
struct SimulatedWorker {
    /// Its participants do not dedupe.
    let isNaive: Bool
    var offer: Ready
    /// The number of its connection; nil without one.
    var peer: Int?
    /// As far as it knows: it has been welcomed on this connection.
    var isReady = false
    /// Rises with every crash: what it was about to do before is forgotten.
    var incarnation = 0
    /// When it connects again.
    var returnsAt: Int64
    /// It says nothing by itself before.
    var isMuteUntil: Int64 = 0
    var spokeAt: Int64 = 0
    /// What it has in hand, in the order it came.
    var held: [SimulatedTask] = []
    /// Said while there was no connection.
    var outbox: [WorkerMessage] = []
    /// The last word on each task, to be said again when the server could not keep it.
    var said: [String: WorkerMessage] = [:]

    mutating func drop(_ task: String) { held.removeAll { $0.id.text == task } }

    mutating func disconnect(until time: Int64) {
        peer = nil
        isReady = false
        returnsAt = time
    }

    mutating func crash() {
        incarnation += 1
        held = []
        outbox = []
        said = [:]
    }
}

/// Something a worker is going to do about a task.
struct Deed {
    enum Act {
        /// Does it, and says nothing.
        case effect(refusal: String?)
        /// Does it, unless it refuses, and says so, so many times.
        case answer(refusal: String?, times: Int)
        /// Says that nobody knows, or something that cannot be read.
        case doubt(isReadable: Bool)
        /// Not now; milliseconds.
        case postpone(Int64)
        case working
        /// A worker that does not hold it says "no" to it.
        case stranger
        case `repeat`(WorkerMessage)
    }

    let time: Int64
    let worker: Int
    let incarnation: Int
    let task: SimulatedTask
    let act: Act
}
