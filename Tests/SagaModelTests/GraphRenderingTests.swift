import Kernel
import SagaModel
import Testing

@Suite struct GraphRenderingTests {
    private let definition: Definition = {
        func command(_ name: String) -> CommandTemplate {
            CommandTemplate(aggregate: "hotel", name: name, key: .literal("k"), body: nil)
        }
        let undo = Undo.action(UndoAction(command: command("release"), retry: .forever, timeout: nil))
        let steps = [
            Step(
                name: "room", needs: [], condition: nil, action: .command(command("reserve")), undo: undo, isPivot: false,
                isOptional: false, retry: .once, timeout: nil, expect: nil),
            Step(
                name: "end", needs: [0, 2], condition: nil, action: .command(command("pay")), undo: .nothing, isPivot: true,
                isOptional: false, retry: .once, timeout: nil, expect: nil),
            Step(
                name: "rest", needs: [], condition: .literal(true), action: .sleep(5), undo: .nothing, isPivot: false,
                isOptional: true, retry: .once, timeout: nil, expect: nil),
        ]
        return Definition(
            name: "trip", version: 1, summary: nil, key: nil, deadline: nil, attention: 1, input: nil, steps: steps, output: nil)
    }()

    @Test func `the table goes by level and leaves out what nobody has`() {
        #expect(
            GraphRendering.text.render(definition) == """
                level  step  does           undo           needs      notes
                1      rest  sleep          -                         optional if
                       room  hotel.reserve  hotel.release
                2      end   hotel.pay      -              room rest  pivot

                """)
    }

    @Test func `the table shows where each step stands`() {
        let text = GraphRendering.text.render(definition, states: ["completed", "running"])
        #expect(
            text == """
                level  step  does           undo           needs      notes        state
                1      rest  sleep          -                         optional if
                       room  hotel.reserve  hotel.release                          completed
                2      end   hotel.pay      -              room rest  pivot        running

                """)
    }

    @Test func `dot marks the pivot, what may not run and the states`() {
        #expect(
            GraphRendering.dot.render(definition, states: ["completed"]) == """
                digraph "trip" {
                  rankdir=LR;
                  node [shape=box, fontname="sans-serif"];
                  "room" [label="room\\nhotel.reserve\\ncompleted", fillcolor="#cfe8cf", style="filled"];
                  "end" [label="end\\nhotel.pay", peripheries=2];
                  "rest" [label="rest\\nsleep", style="dashed"];
                  "room" -> "end";
                  "rest" -> "end";
                }

                """)
    }

    @Test func `mermaid gets ids of its own, because a step may be named end`() {
        #expect(
            GraphRendering.mermaid.render(definition, states: [nil, "failed"]) == """
                flowchart LR
                  s0["room<br/>hotel.reserve"]
                  s1{{"end<br/>hotel.pay<br/>failed"}}
                  s2["rest<br/>sleep"]
                  s0 --> s1
                  s2 --> s1
                  style s1 fill:#f4c7c3
                  style s2 stroke-dasharray:4

                """)
    }

    @Test func `what workers do is marked, and what asks about it`() {
        let call = CallTemplate(action: "stock.take", body: nil)
        let probe = Probe(call: CallTemplate(action: "stock.look", body: nil), retry: .asking, timeout: 1)
        let undo = Undo.action(UndoAction(.call(CallTemplate(action: "stock.back", body: nil)), retry: .forever, timeout: 1))
        let step = Step(
            name: "stock", needs: [], condition: nil, action: .call(call), undo: undo, isPivot: false, isOptional: false,
            retry: .once, timeout: 1, expect: nil, probe: probe)
        let definition = Sketch.definition([step])
        #expect(
            GraphRendering.text.render(definition) == """
                level  step   does        undo        notes
                1      stock  stock.take  stock.back  call probe

                """)
        #expect(GraphRendering.dot.render(definition).contains(#""stock" [label="stock\nstock.take", style="rounded"];"#))
        #expect(GraphRendering.mermaid.render(definition).contains(#"s0("stock<br/>stock.take")"#))
    }
}
