// SPDX-License-Identifier: Apache-2.0
/**
 * Puts a host together: the log, the groups, the stores, the services that every host has, HTTP.
 */
@NullMarked
package io.cairn.runtime;

import org.jspecify.annotations.NullMarked;
