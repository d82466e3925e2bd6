// SPDX-License-Identifier: Apache-2.0
/** Passwords of people: how they are kept, how they are compared, how guessing them is slowed. */
@NullMarked
package io.cairn.runtime.security.identity.password;

import org.jspecify.annotations.NullMarked;
