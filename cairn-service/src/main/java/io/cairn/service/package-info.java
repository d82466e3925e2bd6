// SPDX-License-Identifier: Apache-2.0
/** What authors of services write against: services, operations, and the host that runs them. */
@NullMarked
package io.cairn.service;

import org.jspecify.annotations.NullMarked;
