// SPDX-License-Identifier: Apache-2.0
/** Projects of applications: making one, and what Maven knows of one. */
@NullMarked
package io.cairn.server.project;

import org.jspecify.annotations.NullMarked;
