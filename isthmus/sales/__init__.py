"""Pipelines, deals, activities, products, orders and payments: dealings with one."""
