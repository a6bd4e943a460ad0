/** Alpha-CLIP: how well the part of an image under a mask fits an expression. */
package org.sola.alphaclip;
