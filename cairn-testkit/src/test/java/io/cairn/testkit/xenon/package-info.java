/** Tests of what Xenon's tests are written against. */
package io.cairn.testkit.xenon;
