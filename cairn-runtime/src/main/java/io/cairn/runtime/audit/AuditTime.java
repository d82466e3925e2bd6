// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.audit;

import java.util.function.LongSupplier;

/**
 * The clocks of the audit.
 *
 * @param nowMicros microseconds since 1970
 * @param nanoTime only goes forward
 */
record AuditTime(LongSupplier nowMicros, LongSupplier nanoTime) {}
