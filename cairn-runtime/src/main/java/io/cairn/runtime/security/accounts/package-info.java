// SPDX-License-Identifier: Apache-2.0
/**
 * The documents that say who may do what, as this node's decisions read them: a view in memory that
 * follows their changes, passwords apart from them, the first administrator (ADR 55).
 */
@NullMarked
package io.cairn.runtime.security.accounts;

import org.jspecify.annotations.NullMarked;
