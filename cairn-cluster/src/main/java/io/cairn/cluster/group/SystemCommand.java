// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group;

/**
 * The one command of a system partition: put a state in place of the one it was made from. It has no
 * effect if another change came first; whoever proposed it then thinks again. States are small and
 * changes rare, so that nothing finer is needed.
 *
 * @param expectedVersion the version of the state it was made from; 0 for the first
 * @param next the new state
 */
record SystemCommand(long expectedVersion, SystemState next) {

  byte[] encode() {
    return Wire.write(
        out -> {
          out.number(expectedVersion);
          SystemStateCodec.write(out, next);
        });
  }

  static SystemCommand decode(byte[] bytes) {
    return Wire.read(bytes, in -> new SystemCommand(in.number(), SystemStateCodec.read(in)));
  }
}
