import Kernel
import Testing

@testable import SkaldCommandLine

@Suite struct ConfirmationTests {
    let stage = Stage()

    @Test(arguments: ["saga terminate t-1 --reason why", "saga repair t-1 hotel --do waive --reason why"])
    func `dangerous acts need the id typed on a terminal, or --yes`(line: String) {
        let stuck = Views.saga(
            "stuck", ended: nil, steps: [Views.step("hotel", "completed", undo: Views.undo("undo_failed"))])
        stage.answer("saga.get", .success(stuck))
        stage.answer("saga.terminate", .success(Views.compensated))
        stage.answer("saga.repair", .success(Views.compensated))
        #expect(stage.run(line) == .usage)
        #expect(stage.asked.isEmpty)
        #expect(stage.talk.contains("add --yes if you mean it"))
        stage.canAsk = true
        stage.typed = "yes"
        #expect(stage.run(line) == .failed)
        #expect(stage.talk.contains("Type t-1 to go on: skald: not confirmed; nothing was done"))
        #expect(stage.asked.map(\.operation) == ["saga.get"])
        stage.typed = "t-1"
        #expect(stage.run(line) == .ok)
        stage.canAsk = false
        #expect(stage.run(line + " --yes") == .ok)
        #expect(stage.asked.count == 1)
    }

    @Test(
        arguments: [
            ("saga terminate t-1 --reason why", "has ended: compensated", ProcessStatus.refused),
            ("saga repair t-1 hotel --do waive --reason why", "has ended: compensated", .refused),
        ])
    func `nobody is asked to confirm what an ended saga would refuse`(line: String, why: String, status: ProcessStatus) {
        isRefused(line, Views.compensated, why, status)
    }

    @Test func `nor a waiver of what is no undo that fails or waits`() {
        func waive(_ step: String) -> String { "saga repair t-1 \(step) --do waive --reason why" }
        let steps = [Views.step("hotel", "completed", undo: Views.undo("undone")), Views.step("seat", "failed")]
        let stuck = Views.saga("stuck", ended: nil, steps: steps)
        isRefused(waive("hotel"), stuck, "the undo of 'hotel' is not one that fails or waits", .refused)
        isRefused(waive("hotle"), stuck, "has no step 'hotle'; did you mean 'hotel'?", .notFound)
        var halted = stuck.objectValue
        halted?["stuck_on"] = ["step": .null, "code": "crashed", "message": "it has ended the server twice"]
        isRefused(waive("hotel"), halted.map { .object($0) } ?? .null, "the whole saga is stuck", .refused)
    }

    private func isRefused(_ line: String, _ view: JSON, _ why: String, _ status: ProcessStatus) {
        stage.answer("saga.get", .success(view))
        stage.canAsk = true
        #expect(stage.run(line) == status)
        #expect(stage.talk.contains(why) && !stage.talk.contains("to go on"))
        #expect(stage.asked.map(\.operation) == ["saga.get"])
    }

    @Test(arguments: ["saga terminate t-1 --yes", "saga cancel t-1", "saga repair t-1 hotel --do retry"])
    func `an act without a reason is not sent`(line: String) {
        #expect(stage.run(line.split(separator: " ").map(String.init) + ["--reason", "  "]) == .usage)
        #expect(stage.talk.contains("--reason is empty") && stage.asked.isEmpty)
    }
}
