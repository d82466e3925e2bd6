// SPDX-License-Identifier: Apache-2.0
/**
 * Who did what, from where, with what result (ADR 57). {@link io.cairn.runtime.audit.AuditTrail}
 * hears of it at the ways in, a file of the host gets it, and from the file the group gets
 * documents.
 */
@NullMarked
package io.cairn.runtime.audit;

import org.jspecify.annotations.NullMarked;
