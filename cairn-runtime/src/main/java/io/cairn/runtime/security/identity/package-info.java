// SPDX-License-Identifier: Apache-2.0
/**
 * Who somebody is: passwords, tokens, API keys, and what takes them back (ADR 54). {@link
 * io.cairn.runtime.security.identity.HeaderAuthenticator} is what the ways in ask.
 */
@NullMarked
package io.cairn.runtime.security.identity;

import org.jspecify.annotations.NullMarked;
