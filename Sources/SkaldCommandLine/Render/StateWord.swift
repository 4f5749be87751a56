/// A state of the protocol as a mark and a word for people.
struct StateWord: Equatable {
    let mark: Mark
    let word: String

    init(_ mark: Mark, _ word: String) {
        self.mark = mark
        self.word = word
    }

    func cell(_ style: Style, width: Int = 0) -> String {
        let text = "\(mark.sign(style)) \(word)"
        return style.paint(text, mark.colour) + String(repeating: " ", count: max(0, width - word.count))
    }

    static func saga(_ state: String) -> StateWord {
        switch state {
        case "completed": StateWord(.done, "completed")
        case "compensated": StateWord(.undone, "compensated")
        case "running": StateWord(.running, "running")
        case "compensating": StateWord(.running, "compensating")
        case "stuck": StateWord(.stuck, "stuck")
        case "terminated": StateWord(.failed, "terminated")
        default: StateWord(.unknown, Plain.text(state))
        }
    }

    /// `open` is what a step that has not begun is called: it may be yet to come, or never be reached.
    static func step(_ state: String, sagaIsRunning: Bool) -> StateWord {
        switch state {
        case "completed": StateWord(.done, "completed")
        case "failed": StateWord(.failed, "failed")
        case "running": StateWord(.running, "running")
        case "retrying": StateWord(.running, "retrying")
        case "unknown": StateWord(.unknown, "unknown")
        case "skipped": StateWord(.skipped, "skipped")
        case "cancelled": StateWord(.skipped, "cancelled")
        case "pending": StateWord(.open, sagaIsRunning ? "pending" : "not reached")
        default: StateWord(.unknown, Plain.text(state))
        }
    }

    static func undo(_ state: String) -> StateWord {
        switch state {
        case "undone": StateWord(.undone, "undone")
        case "undoing": StateWord(.running, "undoing")
        case "undo_retrying": StateWord(.running, "undo retrying")
        case "undo_pending": StateWord(.open, "undo pending")
        case "undo_failed": StateWord(.failed, "undo failed")
        case "waived": StateWord(.skipped, "waived")
        case "bypassed": StateWord(.skipped, "nothing to undo")
        default: StateWord(.unknown, Plain.text(state))
        }
    }

    /// The same of a saga that was ended by hand: nothing of it goes on, whatever state it was left in.
    var left: StateWord {
        switch mark {
        case .running, .unknown: StateWord(.open, "left \(word)")
        case .open where word == "undo pending": StateWord(.open, "not undone")
        default: self
        }
    }

    /// Whether a wait for the end is over: ended, or in need of a person.
    static func isSettled(_ state: String) -> Bool { ["completed", "compensated", "terminated", "stuck"].contains(state) }
}
