// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.xenon;

/** Code of a test that may throw anything. */
@FunctionalInterface
public interface ExecutableBlock {
  /** Runs it. */
  void execute() throws Throwable;
}
