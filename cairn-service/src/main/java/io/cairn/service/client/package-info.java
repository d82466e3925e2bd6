// SPDX-License-Identifier: Apache-2.0
/**
 * Calls of other services with records as types: from handlers, from elsewhere in a host's process,
 * and over HTTP from any other.
 */
@NullMarked
package io.cairn.service.client;

import org.jspecify.annotations.NullMarked;
