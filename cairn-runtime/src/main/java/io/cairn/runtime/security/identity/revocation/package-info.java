// SPDX-License-Identifier: Apache-2.0
/** What takes proofs back: documents that every node has, and a view of them. */
@NullMarked
package io.cairn.runtime.security.identity.revocation;

import org.jspecify.annotations.NullMarked;
