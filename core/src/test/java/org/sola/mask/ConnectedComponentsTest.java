package org.sola.mask;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ConnectedComponentsTest {
    private static Mask mask(String... rows) {
        return Mask.of(rows.length, rows[0].length(), (y, x) -> rows[y].charAt(x) == '#');
    }

    @Test
    void pixelsThatTouchByACornerAreOnePart() {
        assertEquals(1, ConnectedComponents.of(mask("#..", ".#.", "..#")).count());
        assertEquals(2, ConnectedComponents.of(mask("#..", "...", "..#")).count());
    }

    @Test
    void aUIsOnePartThoughItsArmsMeetLast() {
        var parts = ConnectedComponents.of(mask("#.#.#", "#.#.#", "###.#"));
        assertEquals(2, parts.count());
        assertEquals(7, parts.areaPixels(0));
        assertEquals(3, parts.areaPixels(1));
    }

    @Test
    void holesUpToTheGivenAreaAreFilled() {
        var ring = mask("#####.", "#...#.", "#####.");
        assertEquals(ring, ConnectedComponents.fillHoles(ring, 2));
        // the three pixels inside and the three at the edge are parts of the background alike
        assertEquals(18, ConnectedComponents.fillHoles(ring, 3).areaPixels());
    }

    @Test
    void smallIslandsGoButTheLargestStays() {
        var islands = mask("##..#", "##...", ".....", "#....");
        assertEquals(mask("##...", "##...", ".....", "....."), ConnectedComponents.removeIslands(islands, 1));
        assertEquals(mask("##...", "##...", ".....", "....."), ConnectedComponents.removeIslands(islands, 100));
    }

    @Test
    void anEmptyMaskHasNoParts() {
        var empty = Mask.empty(3, 4);
        assertEquals(0, ConnectedComponents.of(empty).count());
        assertEquals(empty, ConnectedComponents.removeIslands(empty, 5));
        assertEquals(empty, ConnectedComponents.fillHoles(empty, 5));
    }
}
