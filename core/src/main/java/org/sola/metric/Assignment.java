package org.sola.metric;

import java.util.Arrays;

/**
 * The one-to-one assignment of rows to columns with the greatest sum (Kuhn and Munkres, by shortest augmenting paths,
 * O(rows * rows * columns)). None of the libraries in use has one, and DAVIS needs it for at most 20 proposals.
 */
final class Assignment {
    private Assignment() {}

    /** The column of every row; there must be at least as many columns as rows. */
    static int[] ofGreatestSum(double[][] gain) {
        int rows = gain.length;
        int columns = rows == 0 ? 0 : gain[0].length;
        if (columns < rows) {
            throw new IllegalArgumentException(rows + " rows cannot each have one of " + columns + " columns");
        }
        var rowPrice = new double[rows + 1];
        var columnPrice = new double[columns + 1];
        var rowOf = new int[columns + 1]; // of a column, from 1; 0 for none
        var before = new int[columns + 1]; // the column before on the path
        for (int row = 1; row <= rows; row++) {
            rowOf[0] = row;
            int column = 0;
            var slack = new double[columns + 1];
            Arrays.fill(slack, Double.POSITIVE_INFINITY);
            var isDone = new boolean[columns + 1];
            do {
                isDone[column] = true;
                int from = rowOf[column];
                int next = 0;
                double least = Double.POSITIVE_INFINITY;
                for (int j = 1; j <= columns; j++) {
                    if (isDone[j]) {
                        continue;
                    }
                    double cost = -gain[from - 1][j - 1] - rowPrice[from] - columnPrice[j];
                    if (cost < slack[j]) {
                        slack[j] = cost;
                        before[j] = column;
                    }
                    if (slack[j] < least) {
                        least = slack[j];
                        next = j;
                    }
                }
                for (int j = 0; j <= columns; j++) {
                    if (isDone[j]) {
                        rowPrice[rowOf[j]] += least;
                        columnPrice[j] -= least;
                    } else {
                        slack[j] -= least;
                    }
                }
                column = next;
            } while (rowOf[column] != 0);
            while (column != 0) {
                rowOf[column] = rowOf[before[column]];
                column = before[column];
            }
        }
        var columnOf = new int[rows];
        for (int j = 1; j <= columns; j++) {
            if (rowOf[j] > 0) {
                columnOf[rowOf[j] - 1] = j - 1;
            }
        }
        return columnOf;
    }
}
