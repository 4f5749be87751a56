import Engine
import EventLog
import Kernel
import Wire

/// What clients have been told, kept outside of the server: all of it must be there after any crash.
struct AcknowledgedLedger {
    private struct Line {
        let id: String
        let answer: Answer
        let time: Int64
    }

    let retention: Int64
    private var lines: [Line] = []

    init(retention: Int64) { self.retention = retention }

    /// Writes down an answer that leaves a receipt; an answer given before may not change while it is remembered.
    mutating func told(_ answer: Answer, to operation: ClientOperation, at time: Int64) {
        guard operation.inner == nil else { return }
        if case .fault(let fault) = answer {
            guard case .command = operation.act, [.rejected, .conflict, .handlerFailed].contains(fault.code) else { return }
        }
        if case .repeated = answer { return }
        lines.append(Line(id: operation.id, answer: answer, time: time))
    }

    /// Every answer that is not past retention can be given again, word for word.
    func check(_ reader: any LogReader, at time: Int64) throws {
        for line in lines where line.time > time - retention {
            guard let key = try reader.receipt(line.id), let receipt = try reader.entry(at: key)?.receipt else {
                throw SimulationFailure(rule: "acknowledged", "\(line.id) was answered, and its receipt is gone")
            }
            guard Self.isSame(Answer(receipt), line.answer) else {
                throw SimulationFailure(
                    rule: "acknowledged", "\(line.id) was answered \(line.answer), the receipt says \(receipt)")
            }
        }
    }

    private static func isSame(_ kept: Answer, _ told: Answer) -> Bool {
        guard case .fault(let fault) = told else { return kept == told }
        return kept == .repeated(code: fault.code.rawValue, body: fault.body.bytes)
    }
}
