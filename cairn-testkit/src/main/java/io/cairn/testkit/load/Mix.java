// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.load;

/**
 * How often clients do what, as shares of the sum.
 *
 * @param reads GET
 * @param writes PUT
 * @param conditionalWrites PUT with {@code If-Match}
 * @param increments PATCH
 * @param creates POST
 * @param deletes DELETE
 */
public record Mix(
    int reads, int writes, int conditionalWrites, int increments, int creates, int deletes) {

  /** Documents that stay. */
  public static final Mix STEADY = new Mix(6, 4, 2, 4, 0, 0);

  /** Documents that come and go. */
  public static final Mix LIVELY = new Mix(6, 3, 1, 3, 3, 1);

  int sum() {
    return reads + writes + conditionalWrites + increments + creates + deletes;
  }
}
