import Simulation
import Testing

@Test func `a cell's command carries a number only where it changes the value by one`() {
    #expect(CellCommand.add(3).number == 3)
    #expect(CellCommand.split(2).number == 2)
    #expect(CellCommand.touch.number == nil)
    #expect(CellCommand.break.name == "break")
}
