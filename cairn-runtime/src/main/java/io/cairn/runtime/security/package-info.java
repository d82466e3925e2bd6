// SPDX-License-Identifier: Apache-2.0
/**
 * Who may do what: the subject of each request, and the one place that decides about it (ADR 53).
 * {@link io.cairn.runtime.security.Authorizer} decides, {@link io.cairn.runtime.security.Guard} has
 * every way into a document ask it.
 */
@NullMarked
package io.cairn.runtime.security;

import org.jspecify.annotations.NullMarked;
