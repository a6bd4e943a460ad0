/**
 * The demo data set: a seeded generator of referring videos whose truth is known for every object and frame.
 *
 * <p>{@link org.sola.demo.SceneSampler} draws a {@link org.sola.demo.DemoScene} (a description without pixels),
 * {@link org.sola.demo.SceneRenderer} paints its frames and their masks, {@link org.sola.demo.ExpressionWriter} says what
 * is true of exactly some of its objects, {@link org.sola.demo.DemoDataset} writes the lot in the layout of MeViS. All
 * arithmetic is Java's own (StrictMath, no AWT drawing), so the same seed and version give the same bytes everywhere.
 */
package org.sola.demo;
