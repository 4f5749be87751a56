import Kernel
import SkaldClient
import Testing

@Suite struct DoneTests {
    @Test(arguments: [
        Done(), Done(5), Done(.null), ["a": 1], Done(["a": 1], undo: .call("airline.cancel", with: ["a": 1])),
        Done([1, 2], undo: .command("hotel.release", key: "rome", with: [:])),
    ])
    func `what was done is read from its body again`(done: Done) {
        #expect(Done(body: done.body) == done)
    }

    @Test(
        arguments: [
            [:], [1], ["undo": [:]], ["result": 1, "undo": [:]], ["result": 1, "undo": ["call": "a"]],
            ["result": 1, "undo": ["command": "a.b", "with": [:]]],
        ] as [JSON])
    func `another body is none`(body: JSON) {
        #expect(Done(body: body) == nil)
    }
}
