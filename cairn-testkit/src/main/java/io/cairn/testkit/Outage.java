// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

/** Something that a test has broken. Closing it mends it; a second time does nothing. */
@FunctionalInterface
public interface Outage extends AutoCloseable {

  /** Mends it. */
  @Override
  void close();
}
