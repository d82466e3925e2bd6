// SPDX-License-Identifier: Apache-2.0
/** Tokens that this group signs: its keys, what tokens say, how they are verified (ADR 54). */
@NullMarked
package io.cairn.runtime.security.identity.token;

import org.jspecify.annotations.NullMarked;
