select id, amount, version from {{ table("u_files") }} where exec_date = {{ exec_date }}
